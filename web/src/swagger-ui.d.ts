//! Types for the part of Swagger UI that the REST reference uses; the package has none.

declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUI(options: Record<string, unknown>): void;
}
