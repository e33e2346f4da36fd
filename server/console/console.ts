import type { RequestHandler, Response } from 'express';
import type { Services } from '../services.ts';
import type { Browsers } from './browser.ts';
import type { Html } from './html.ts';
import type { View } from './page.ts';

/** The only places a sign-in leads to: our own pages. */
const NEXT = /^\/(device(\?user_code=[A-Za-z0-9-]{1,20})?|topup\/[a-z0-9_]{1,60})?$/;

/** What the pages reach for. */
export type ConsoleServices = Pick<Services, 'config' | 'publicUrl' | 'log' | 'store' | 'secrets' | 'identity'>;

/** What every group of pages is built with. */
export interface Console {
  services: ConsoleServices;
  /** Path that our own links start with: empty unless the public URL has a path. */
  base: string;
  browsers: Browsers;
  /** Before each page: headers that allow no script and nothing from elsewhere. */
  headers: RequestHandler;
  /** Before each form's handler: reads it, and checks that it was ours. */
  form: RequestHandler[];
  /** Answers with a page. */
  show: (response: Response, view: View, title: string, content: Html, status?: number) => void;
}

/** A text field of a form or a query; anything else counts as empty. */
export function field(from: unknown, name: string): string {
  const value = (from as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** A page of ours to go on to, or the home page: never somebody else's. */
export function nextPage(text: string): string {
  return NEXT.test(text) ? text : '/';
}
