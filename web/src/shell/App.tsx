//! The console's root component: theme, data and routes. Invariant: all providers are here, and pages know none of
//! them.

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ApiProblem } from "../api/problem.ts";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { createConsoleRouter } from "./router.tsx";
import { theme } from "./theme.ts";

/** Only failures that may be temporary are retried, once; a request that was refused would be refused again. */
function shouldRetry(failures: number, error: unknown): boolean {
  const isPassing = !(error instanceof ApiProblem) || error.status >= 500;
  return isPassing && failures < 1;
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: shouldRetry, refetchOnWindowFocus: false } },
  });
}

/** Drops a tenant's cached data when another one signs in. */
function useForgetting(queries: QueryClient): void {
  const clientId = useSession()?.clientId ?? null;
  const previous = useRef(clientId);
  useEffect(() => {
    if (previous.current === clientId) return;
    previous.current = clientId;
    queries.removeQueries({ queryKey: TENANT_DATA });
  }, [queries, clientId]);
}

export function App() {
  const [queries] = useState(createQueries);
  const [router] = useState(createConsoleRouter);
  useForgetting(queries);
  return (
    // Variables and classes are in the built stylesheets, so no style element is needed at run time.
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
