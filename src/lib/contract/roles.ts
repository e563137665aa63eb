/** What a member may do for one organisation. */
export const membershipRoles = ['member', 'contributor', 'referent'] as const;
export type MembershipRole = (typeof membershipRoles)[number];

/** What a member may do on the platform, whatever the organisation. */
export const appointmentRoles = ['moderator', 'lead', 'admin'] as const;
export type AppointmentRole = (typeof appointmentRoles)[number];
