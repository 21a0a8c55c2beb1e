//! The console as a whole: theme, data, routes. Invariant: providers stand in one place and pages know none of them.

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ApiProblem } from "../api/problem.ts";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { createConsoleRouter } from "./router.tsx";
import { theme } from "./theme.ts";

/** A server that refused will refuse again; only what may be a passing fault is tried twice. */
function shouldRetry(failures: number, error: unknown): boolean {
  const isPassing = !(error instanceof ApiProblem) || error.status >= 500;
  return isPassing && failures < 1;
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: shouldRetry, refetchOnWindowFocus: false } },
  });
}

/** Drops a tenant's data when another one signs in. */
function useForgetting(queries: QueryClient): void {
  const clientId = useSession()?.clientId ?? null;
  const previous = useRef(clientId);
  useEffect(() => {
    if (previous.current === clientId) return;
    previous.current = clientId;
    queries.removeQueries({ queryKey: TENANT_DATA });
  }, [queries, clientId]);
}

/** The console. */
export function App() {
  const [queries] = useState(createQueries);
  const [router] = useState(createConsoleRouter);
  useForgetting(queries);
  return (
    // Variables and classes are in the built stylesheets, so that no style element is needed at run time.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
