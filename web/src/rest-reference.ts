//! The REST reference: Swagger UI for this gateway's OpenAPI document. Invariant: nothing is loaded from other origins,
//! and no data is sent to other origins.

import "swagger-ui-dist/swagger-ui.css";
import "./standalone.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { currentSession } from "./auth/session.ts";

SwaggerUI({
  url: "/openapi.json",
  dom_id: "#root",
  deepLinking: true,
  // The validator badge would send the document's address to a public service.
  validatorUrl: null,
  requestInterceptor: (request: { url: string; headers: Record<string, string> }) => {
    const session = currentSession();
    const isOwn = new URL(request.url, window.location.href).origin === window.location.origin;
    if (session !== null && isOwn && request.headers.Authorization === undefined) {
      request.headers.Authorization = `Bearer ${session.token}`;
    }
    return request;
  },
});
