/** Members of a body that are ours and that no provider knows. */
export const EXTENSIONS = ['routing', 'free_models_only', 'no_reasoning', 'plugins'] as const;
