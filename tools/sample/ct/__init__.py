"""The CT phantom: an upper abdomen without and with contrast medium, as two series of one study."""
