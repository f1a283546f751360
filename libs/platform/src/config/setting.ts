import { z } from 'zod';
import { KeyRing, KeyRingError } from '../crypto/key-ring.js';
import { SigningKey, SigningKeyError } from '../crypto/signing-key.js';
import { Secret } from './secret.js';

/**
 * Readers for one environment variable each. They say what would be right; what was given is repeated only where it can't be a
 * secret. An empty variable counts as unset before any of them sees it.
 */

export function wholeNumber(limits: { min: number; max: number; unset: number }) {
  const { min, max, unset } = limits;
  return z
    .string()
    .transform((text, context) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) {
        return value;
      }
      context.addIssue(`must be a whole number from ${min} to ${max}, not ${quoted(text)}`);
      return z.NEVER;
    })
    .default(unset);
}

/** A port, 0 for a free one; unset: nothing listens. */
export function portOrOff() {
  return z
    .string()
    .transform((text, context) => {
      const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      if (port <= 65_535) return port;
      context.addIssue(`must be a port from 0 to 65535, or unset, not ${quoted(text)}`);
      return z.NEVER;
    })
    .optional();
}

export function oneOf<const Choice extends string>(choices: readonly [Choice, ...Choice[]], unset: Choice) {
  return z
    .string()
    .optional()
    .transform((text, context): Choice => {
      const choice = text === undefined ? unset : choices.find((candidate) => candidate === text);
      if (choice === undefined) {
        context.addIssue(`must be one of ${choices.join(', ')}, not ${quoted(text ?? '')}`);
        return z.NEVER;
      }
      return choice;
    });
}

export function flag(unset: boolean) {
  return oneOf(['true', 'false'], unset ? 'true' : 'false').transform((text) => text === 'true');
}

export function plainText(unset: string) {
  return z.string().default(unset);
}

export function optionalText() {
  return z.string().optional();
}

/** The first part of a key or name that others use beside us. Characters that a Redis hash tag or BullMQ gives a meaning are left out. */
export function namePrefix(unset: string) {
  return z
    .string()
    .transform((text, context) => {
      if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
      context.addIssue(`must be 1 to 64 letters, digits, dots, dashes and underscores, not ${quoted(text)}`);
      return z.NEVER;
    })
    .default(unset);
}

/** The address of a server, which may carry a password. `example` is shown when it can't be read. */
export function serverUrl(protocols: readonly string[], example: string) {
  return z
    .string()
    .transform((text, context) => {
      if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) {
        return new Secret(text);
      }
      context.addIssue(`must be an address like ${example} (percent-encode special characters in the password)`);
      return z.NEVER;
    })
    .optional();
}

/** One address, or those of some of a cluster's nodes, separated by commas. A comma inside one, in a password for instance, separates nothing. */
export function redisAddress() {
  const one = serverUrl(['redis:', 'rediss:'], 'redis://user:password@host:6379/0, or rediss:// for TLS');
  return z
    .string()
    .superRefine((text, context) => {
      for (const url of redisUrls(text)) {
        for (const { message } of one.safeParse(url).error?.issues ?? []) context.addIssue(message);
      }
    })
    .transform((text) => new Secret(text))
    .optional();
}

export function redisUrls(text: string): readonly string[] {
  return text.split(/,\s*(?=rediss?:\/\/)/);
}

export function adminKey() {
  return z
    .string()
    .transform((text, context) => {
      if (text.length >= 16 && /^[\x21-\x7e]+$/.test(text)) {
        return new Secret(text);
      }
      context.addIssue('must be at least 16 printable characters without spaces; make one with: openssl rand -hex 32');
      return z.NEVER;
    })
    .optional();
}

export function encryptionKeys() {
  return z
    .string()
    .transform((text, context) => {
      try {
        return KeyRing.parse(text);
      } catch (error) {
        if (!(error instanceof KeyRingError)) {
          throw error;
        }
        context.addIssue(error.message);
        return z.NEVER;
      }
    })
    .optional();
}

export function signingKey() {
  return z
    .string()
    .transform((text, context) => {
      try {
        return SigningKey.parse(text);
      } catch (error) {
        if (!(error instanceof SigningKeyError)) {
          throw error;
        }
        context.addIssue(error.message);
        return z.NEVER;
      }
    })
    .optional();
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
