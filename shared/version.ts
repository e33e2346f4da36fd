declare const __GATEWAY_VERSION__: string | undefined;

/** The version in package.json, put in by the build. */
export const VERSION: string = typeof __GATEWAY_VERSION__ === 'string' ? __GATEWAY_VERSION__ : '0.0.0';
