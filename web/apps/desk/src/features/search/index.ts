export { default as SearchPalette } from './SearchPalette.vue';
export { default as SearchButton } from './SearchButton.vue';
export { default as ThreadSearch } from './ThreadSearch.vue';
