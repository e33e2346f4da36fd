/** Dots and dashes in version numbers mean the same. */
export function plainName(id: string): string {
  return id.toLowerCase().replaceAll('.', '-');
}

/** `gpt-5` of `openai/gpt-5`. */
export function withoutProvider(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

/** The model of an id; without the provider, the first that has it. */
export function modelNamed<M extends { id: string }>(models: readonly M[], id: string): M | undefined {
  const wanted = plainName(id);
  return (
    models.find((each) => plainName(each.id) === wanted) ??
    models.find((each) => plainName(withoutProvider(each.id)) === wanted)
  );
}
