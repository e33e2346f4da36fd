const BYTES = 4;

/** A vector as OpenAI packs it: little-endian 32-bit floats in base64. */
export function packVector(values: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(values.length * BYTES);
  for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i]!, i * BYTES);
  return bytes.toString('base64');
}

/** The numbers of a packed vector. */
export function unpackVector(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, i) => bytes.readFloatLE(i * BYTES));
}
