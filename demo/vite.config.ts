import { defineConfig, type Plugin } from "vite";

/** What the built page may do; while developing, vite's own scripts need more. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; base-uri 'none'";

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
  ],
};

export default defineConfig({
  // Relative: the page may lie in any folder of any host.
  base: "./",
  plugins: [contentSecurityPolicy],
  worker: { format: "es" },
  // The package, linked, and the trained machines are above this folder.
  server: { fs: { allow: [".."] } },
  build: { target: "es2022", assetsInlineLimit: 0, outDir: "dist", emptyOutDir: true },
});
