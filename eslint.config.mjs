import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  ['process', 'console', 'Buffer', 'URL', 'performance', 'setTimeout', 'clearTimeout', 'fetch'].map((name) => [
    name,
    'readonly',
  ]),
);

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.data/', '.cache/', 'libs/platform/src/prisma/generated/'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in a message; anything else has to say how it is written.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // It doesn't know that another task may change a field during an await.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Codes and keys are ASCII; names of people are never taken apart.
      '@typescript-eslint/no-misused-spread': 'off',
      // Nest's modules and controllers are classes that hold only decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest's options are classes that are only ever written as object literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A short arrow function that passes a call on reads better than a block around it.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: String.raw`TemplateElement[value.raw=/(\w+)::text(?!\[)(?!\s+AS\b)[^]*ORDER BY (?:[^]*[,\s])?(?<![.\w])\1\b/]`,
          message:
            'ORDER BY takes the text that is selected, in which 10 comes before 9: name the table, as in "ORDER BY e.version".',
        },
      ],
      'no-console': 'off',
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    // The domain is pure: the same inputs give the same events on every machine, at any time.
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Date', 'process', 'Buffer', 'setTimeout', 'setInterval', 'performance', 'crypto', 'fetch', 'console'],
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'module', globals: nodeGlobals },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
);
