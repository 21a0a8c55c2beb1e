//! Modules that the build creates: stylesheets, and the theme as CSS variables.

/// <reference types="vite/client" />

declare module "virtual:theme.css";
