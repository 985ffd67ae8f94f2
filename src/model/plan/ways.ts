import type { StatementId } from './permissions.ts'

/** A way to use the actions, and the statements that it needs. `adds`: they are needed in addition to those of another way. */
export type Way = { readonly title: string; readonly adds?: true; readonly needs: readonly StatementId[] }

const PREPARE = ['ReadSpotActions', 'ReadInstances', 'ListExperiments', 'ReadExperiments'] as const
const CLEAN = ['ListExperiments', 'ListTemplates', 'ReadExperiments', 'StopExperiments', 'DeleteTemplates'] as const
const RUN = [
  ...PREPARE,
  'UseSpotActions',
  'CreateTemplates',
  'TagCreated',
  'StartFromTemplates',
  'StartExperiments',
  'StopExperiments',
  'DeleteTemplates',
  'ListTemplates',
  'CreateServiceRole',
] as const
const SHARED = ['ReadSharedRole', 'ReadManagedPolicies', 'CreateSharedRole', 'WriteSharedRole'] as const

export const WAYS = {
  'given-role': { title: 'A run with `role-arn`', needs: [...RUN, 'PassRole'] },
  'created-role': {
    title: 'A run that reuses or creates the role `role-name` (the default)',
    needs: [...RUN, 'PassRole', ...SHARED],
  },
  'own-role': {
    title: 'A run that makes a role of its own (`delete-role: true`)',
    needs: [...RUN, 'PassOwnRole', 'CreateOwnRole', 'WriteOwnRole', 'ReadOwnRole', 'RemoveOwnRole', 'ListRoles'],
  },
  targets: { title: 'Targets by tag or by Auto Scaling group', adds: true, needs: ['ReadGroups'] },
  capacity: {
    title: 'Capacity as a criterion',
    adds: true,
    needs: ['ReadGroups', 'ReadScaling', 'ReadTargetGroups', 'ReadServices', 'ListTasks', 'ReadTasks'],
  },
  alarms: { title: 'Alarms as a criterion, or as a stop condition', adds: true, needs: ['ReadAlarms'] },
  'dry-run': { title: 'A dry run', needs: [...PREPARE, 'ReadOwnGrants'] },
  cleanup: { title: 'The clean-up action', needs: CLEAN },
  'cleanup-role': {
    title: 'The clean-up action with `delete-role: true`',
    adds: true,
    needs: ['ReadSharedRole', 'RemoveSharedRole', 'ReadOwnRole', 'RemoveOwnRole', 'ListRoles', 'ReadRoleUsers'],
  },
  setup: { title: 'The setup action', needs: ['ReadSpotActions', ...SHARED, 'ReadServiceRole', 'CreateServiceRole'] },
  rehearsal: { title: 'A rehearsal', needs: [] },
} as const satisfies Readonly<Record<string, Way>>

export type WayId = keyof typeof WAYS
