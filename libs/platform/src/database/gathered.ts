interface Asked<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one look of many: what is asked for in one turn of the event loop, as by all whose commands were committed together, is asked for in one
 * statement.
 *
 * @param ask answers in the order of the keys; undefined: there is none. Where it rejects, all who asked are refused.
 */
export function gathered<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<readonly (Answer | undefined)[]>,
): (key: Key) => Promise<Answer | undefined> {
  let line: Asked<Key, Answer>[] = [];

  async function askTogether(): Promise<void> {
    const asked = line;
    line = [];
    try {
      const answers = await ask(asked.map(({ key }) => key));
      asked.forEach(({ resolve }, i) => resolve(answers[i]));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (line.push({ key, resolve, reject }) === 1) setImmediate(() => void askTogether());
    });
}

/** Like `gathered`, for answers in any order: each has the name of the key it belongs to, and a key that is asked for twice stands there once. */
export function gatheredByName<Key, Answer>(
  nameOfKey: (key: Key) => string,
  ask: (keys: readonly Key[]) => Promise<readonly Answer[]>,
  nameOfAnswer: (answer: Answer) => string,
): (key: Key) => Promise<Answer | undefined> {
  return gathered(async (keys) => {
    const answers = await ask([...new Map(keys.map((key) => [nameOfKey(key), key])).values()]);
    const found = new Map(answers.map((answer) => [nameOfAnswer(answer), answer]));
    return keys.map((key) => found.get(nameOfKey(key)));
  });
}
