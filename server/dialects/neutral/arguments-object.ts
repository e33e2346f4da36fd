import { isObject, type JsonObject, parseJson } from '../lossless.ts';

/**
 * A call's arguments as the object that some formats want: `{}` for none. What is no JSON object (a model's slip, or the free
 * text of a custom tool) stands whole in `input`.
 */
export function argumentsObject(json: string): JsonObject {
  if (json.trim() === '') return {};
  try {
    const value = parseJson(json);
    return isObject(value) ? value : { input: value };
  } catch {
    return { input: json };
  }
}
