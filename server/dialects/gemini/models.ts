/** What a Gemini model can, by its name. One that is not known is taken for a newer one. */

/** Checks the signatures of function calls, and takes media in their results and its own tools beside functions. */
export function isGemini3(model: string): boolean {
  return !/gemini-(?:1|2)|gemma|learnlm/.test(model);
}
