import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Cost of scrypt (RFC 7914): 2^15 rounds over 32 MiB, about a tenth of a second a try. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const keyBytes = 32

/** A PIN as it is kept: `scrypt SALT KEY`, both in base64; never the PIN itself. */
export async function keepPin(pin: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt ${salt.toString('base64')} ${(await derive(pin, salt)).toString('base64')}`
}

/** Whether it is the PIN that is kept; compared in constant time. */
export async function isPin(pin: string, kept: string): Promise<boolean> {
  const [, salt = '', key = ''] = kept.split(' ')
  const expected = Buffer.from(key, 'base64')
  const given = await derive(pin, Buffer.from(salt, 'base64'))
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function derive(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFC'), salt, keyBytes, cost, (fault, key) => {
      if (fault === null) resolve(key)
      else reject(fault)
    })
  })
}
