import jupyter from '@jupyter/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['lib/', 'lib-test/', 'node_modules/', '.yarn/', 'style/index.js', 'src/api.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.test.json'] }
    },
    plugins: { jupyter },
    rules: {
      eqeqeq: 'error',
      // Jupyter groups the ids of commands in a namespace.
      '@typescript-eslint/no-namespace': 'off',
      // Lumino's signals take the receiver as a second argument.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }]
    }
  },
  {
    files: ['tests/**'],
    // The runner waits for the tests it is given.
    rules: { '@typescript-eslint/no-floating-promises': 'off' }
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    extends: [jupyter.configs.recommended],
    rules: {
      // A chunk that is loaded later would come from the server, and the panel must work when that is gone.
      'jupyter/prefer-lazy-imports': 'off'
    }
  }
);
