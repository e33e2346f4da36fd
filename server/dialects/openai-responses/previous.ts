const NONE = /"previous_response_id"\s*:\s*null/;

/**
 * A response, or an event that holds one, with the id that its caller went on from: the provider was sent the whole
 * conversation instead, and knows of none.
 */
export function withPrevious(bytes: Buffer, id: string | undefined): Buffer {
  if (id === undefined) return bytes;
  const found = NONE.exec(bytes.toString('latin1'));
  if (!found) return bytes;
  const { index } = found;
  const member = Buffer.from(`"previous_response_id":${JSON.stringify(id)}`);
  return Buffer.concat([bytes.subarray(0, index), member, bytes.subarray(index + found[0].length)]);
}
