import { openai } from './openai.ts';

/** Every offer, in no order that means anything. */
export const allOffers = () => [openai].flatMap((offers) => offers());
