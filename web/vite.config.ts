import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Files that browsers keep while our code changes; the chart library comes only where something is drawn. */
const LIBRARIES = [
  { name: 'lightweight-charts', test: /node_modules[\\/](lightweight-charts|fancy-canvas)[\\/]/ },
  {
    name: 'libraries',
    test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](query-core|react-query))[\\/]/,
  },
];
/** What three pages have in common comes once and together. */
const SHARED = { name: 'shared', test: /[\\/](web|domain)[\\/]/, minShareCount: 3 };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react(), tailwindcss()],
  // Assets stay files: a strict content security policy has no room for data: scripts or fonts.
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: { output: { codeSplitting: { groups: [...LIBRARIES, SHARED] } } },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': { target: 'http://127.0.0.1:3000', changeOrigin: false } },
  },
});
