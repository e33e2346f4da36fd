import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/usage.ts';
import { requestById, requestLog } from '../../billing/request-log.ts';
import { statement } from '../../billing/statement.ts';
import { usageBy, usageTotals } from '../../billing/usage-report.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** What was used, what it cost, request by request and as movements of the balance. */
export function usageRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.usage, (inside, { actor, query }) => usageTotals(inside, actor, query));
  mount(router, services, contracts.usageBreakdown, (inside, { actor, query }) => usageBy(inside, actor, query));
  mount(router, services, contracts.listLogs, (inside, { actor, query }) => requestLog(inside, actor, query));
  mount(router, services, contracts.showLog, (inside, { actor, params }) => requestById(inside, actor, params.id));
  mount(router, services, contracts.listTransactions, (inside, { actor, query }) =>
    statement(inside, personOf(actor), query),
  );
}
