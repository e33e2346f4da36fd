import type { Change, Json } from '../documents/document.ts';
import type { FormatName } from '../documents/index.ts';
import type { Model } from '../offered-models.ts';
import type { PROBE_FORMATS } from '../probe/formats.ts';

/** For the person, or for the project in the working folder. */
export type Scope = 'user' | 'project';

/** Where a tool runs. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** The person's folder, absolute. */
  home: string;
  platform: NodeJS.Platform;
}

/** What a tool is to be wired with. */
export interface Wiring {
  scope: Scope;
  /** The server's address, without a trailing slash or `/v1`. */
  apiUrl: string;
  /** The API key: for files with `secret` alone, where the tool can neither read a file nor run a command. */
  key: string;
  /** A file of ours that holds the key and nothing else, the owner's alone; absolute. */
  keyFile: string;
  /** The model that the tool starts with. */
  model: Model;
  /** A cheap one for titles and summaries; the same model where there is no other. */
  smallModel: Model;
  /** Everything offered here that can carry the tool: it has tools, and answers in the tool's format. The chosen ones come first. */
  models: readonly Model[];
}

/** One file of a tool, and what is to stand in it. */
export interface FileWiring {
  /** Absolute. */
  path: string;
  format: FormatName;
  changes: readonly Change[];
  /** True when a value holds the key: the file becomes its owner's alone, and git must not track it. */
  secret?: boolean;
}

/** Where a tool sends its requests as it is configured now, and which file or variable says so. */
export interface Effective {
  address?: Said;
  /** The key itself, behind references: it is compared, never shown. */
  key?: Said;
  model?: Said;
}

/** A value as the tool takes it, and where it comes from: a path, or the name of a variable. */
export interface Said {
  /** Undefined: it cannot be known without running something that is not ours. */
  value: string | undefined;
  from: string;
}

/** Reads a tool's files: parsed data, undefined where there is no such file. A file that cannot be parsed throws `file_error`. */
export type ReadFile = (path: string, format: FormatName) => Promise<Json | undefined>;

/** How a tool is run through the gateway with nothing written. */
export interface Launch {
  /** Before the arguments that the person gave. Never a key: other users of the machine see arguments. */
  args?: readonly string[];
  /** On top of the environment; undefined takes a variable away. */
  env: Readonly<Record<string, string | undefined>>;
}

/** What a launch can use besides the wiring. */
export interface LaunchWiring extends Wiring {
  /** Writes a file into a folder for this run alone, its owner's, which goes when the tool ends; resolves with its path. */
  writeFile: (name: string, text: string) => Promise<string>;
}

/** One coding tool: where its files are, what to write, how to verify, what stays manual. */
export interface Integration {
  /** What a person types: `claude`. */
  name: string;
  aliases?: readonly string[];
  title: string;
  /** Where the shapes are written down. */
  source: string;
  /** The request format that it speaks when wired by us. */
  format: keyof typeof PROBE_FORMATS;
  /** Which models suit it best, the best pattern first; the newest that matches is taken. Matched against ids such as `anthropic/claude-sonnet-4-6`. */
  prefers?: readonly RegExp[];
  /** The program that is looked for in PATH and run by `launch`, and the command that installs it. */
  program?: { name: string; install: string };
  /** Its own folders; the tool is taken for installed when one exists. */
  homes: (at: Surroundings) => readonly string[];
  scopes: readonly Scope[];
  /** Undefined: nothing can be written, all is manual. */
  files?: (at: Surroundings, wiring: Wiring) => Promise<readonly FileWiring[]> | readonly FileWiring[];
  /** What a person must do besides, step by step, with the values to paste. */
  manual?: (at: Surroundings, wiring: Wiring) => readonly string[];
  /** What `--copy` offers besides the key, the address and the model. */
  copies?: Readonly<Record<string, (wiring: Wiring) => string>>;
  /** What the tool will not send through the gateway, said honestly; and other remarks. */
  limits?: readonly string[];
  /** Reads its configuration as the tool does: what overrides what. Undefined where that cannot be known. */
  effective?: (at: Surroundings, read: ReadFile, scope: Scope) => Promise<Effective>;
  /** Variables that would override what we write; told by `--check` and before `--install`. */
  shadows?: readonly string[];
  /** Undefined: it cannot be run without writing files. */
  launch?: (at: Surroundings, wiring: LaunchWiring) => Promise<Launch> | Launch;
}
