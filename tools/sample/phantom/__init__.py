"""Seeded chest-radiograph phantoms with exact truth (numpy and scipy only)."""
