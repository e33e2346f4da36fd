/** A browser without a screen: keeps cookies, reads forms, sends them. */
export interface Page {
  status: number;
  headers: Headers;
  text: string;
  /** The page's heading. */
  title: string;
  /** The hidden and visible fields of the page's forms, by name; the last one of a name counts. */
  fields: Record<string, string>;
}

export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  get(path: string): Promise<Page> {
    return this.send(path, {});
  }

  /** Sends a form as given, following a redirect. */
  post(path: string, form: Record<string, string>): Promise<Page> {
    return this.send(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** Signs in through the pages, and ends where `next` says. */
  async signIn(email: string, codeFor: (email: string) => string | Promise<string>, next = '/'): Promise<Page> {
    const start = await this.get(`/signin?next=${encodeURIComponent(next)}`);
    const asked = await this.post('/signin', { ...start.fields, email });
    if (asked.status !== 200) throw new Error(`no code was sent: ${asked.text}`);
    return this.post('/signin/code', { ...asked.fields, code: await codeFor(email) });
  }

  private async send(path: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.url), { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/Expires=Thu, 01 Jan 1970/.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (location) {
      await response.text();
      return this.get(location);
    }
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      title: /<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? '',
      fields: fieldsOf(text),
    };
  }
}

function fieldsOf(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of text.matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name) fields[name] = plainText(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  return fields;
}

function plainText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
