import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/** Features of the desk: each may use another only through its index. */
const features = ['access', 'conversation', 'metric', 'presence'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.gen.ts'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      // Prettier lays out the code.
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': ['error', { allow: ['warn', 'error'] }],
    },
  },
  {
    // Tools on the command line speak on it.
    files: ['**/*.mjs', 'e2e/**', '**/mock/**', '**/check/**'],
    rules: { 'no-console': 'off' },
  },
  ...features.map((own) => ({
    files: [`apps/desk/src/features/${own}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: features
            .filter((other) => other !== own)
            .map((other) => ({
              group: [`**/${other}/*`, `!**/${other}/index`],
              message: `The inside of ${other} is its own: import from features/${other}.`,
            })),
        },
      ],
    },
  })),
);
