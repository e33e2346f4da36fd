const REQUEST_PREFIX = /^req_/;
const ITEM = /^[a-z]+_([0-9a-z]{22})_\d+$/;

/** The id of the response that a request gets: the same random part, so that one is found by the other. */
export function responseId(requestId: string): string {
  return `resp_${requestId.replace(REQUEST_PREFIX, '')}`;
}

/** The id of an item of that response, by its place in `output`. OpenAI's own prefixes: it looks at them. */
export function itemId(prefix: string, requestId: string, index: number): string {
  return `${prefix}_${requestId.replace(REQUEST_PREFIX, '')}_${index}`;
}

/** Whether OpenAI takes this id of a thought, and does not refuse the request for it: other servers' have other prefixes. */
export function isThoughtId(id: unknown): id is string {
  return typeof id === 'string' && id.startsWith('rs');
}

/** The response that an item with an id of ours belongs to; undefined for anybody else's id. */
export function responseOfItem(id: string): string | undefined {
  const found = ITEM.exec(id);
  return found ? `resp_${found[1]}` : undefined;
}
