import { expect, test } from 'vitest';
import type { CaseState } from '#lib/contract/cases.ts';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import {
	abilities,
	authorize,
	can,
	type Ability,
	type CaseThing,
	type PersonThing,
	type ThreadThing
} from './access.ts';
import type { Member, Who } from './context.ts';

/*
 * The whole permission table, as it must be: every ability, for every kind of person, in every state.
 * x may, - may not. The case belongs to its pilot and to one partner organisation.
 * The last four columns are a case with a version online, whose text is being revised and submitted again.
 * A new ability must be added here; a line of access.ts that changes must be changed here too, on purpose.
 */
const expected = `
case.read                             draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       x       x       x       x       x
  member of no organisation           -       -       -       -       -       x       x       x       x       x
  referent elsewhere                  -       -       -       -       -       x       x       x       x       x
  member of the partner               -       -       -       -       -       x       x       x       x       x
  contributor of the partner          -       -       -       -       -       x       x       x       x       x
  referent of the partner             -       -       -       -       -       x       x       x       x       x
  member of the pilot                 -       -       -       -       -       x       x       x       x       x
  contributor of the pilot            -       -       -       -       -       x       x       x       x       x
  referent of the pilot               -       -       -       -       -       x       x       x       x       x
  moderator                           -       -       -       -       -       x       x       x       x       x
  moderator, of the partner           -       -       -       -       -       x       x       x       x       x
  lead                                -       -       -       -       -       x       x       x       x       x
  admin                               -       -       -       -       -       x       x       x       x       x
  demo referent, of the real pilot    -       -       -       -       -       x       x       x       x       x
  demo referent, in the demo          -       -       -       -       -       x       x       x       x       x
  demo moderator, on a real case      -       -       -       -       -       x       x       x       x       x
  demo moderator, in the demo         -       -       -       -       -       x       x       x       x       x

case.readDraft                        draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               x       x       x       x       x       x       x       x       x       x
  contributor of the partner          x       x       x       x       x       x       x       x       x       x
  referent of the partner             x       x       x       x       x       x       x       x       x       x
  member of the pilot                 x       x       x       x       x       x       x       x       x       x
  contributor of the pilot            x       x       x       x       x       x       x       x       x       x
  referent of the pilot               x       x       x       x       x       x       x       x       x       x
  moderator                           -       -       x       x       x       -       -       x       x       x
  moderator, of the partner           x       x       x       x       x       x       x       x       x       x
  lead                                -       -       x       x       x       -       -       x       x       x
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       x       x       x       x       x       x       x       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       x       x       x       -       -       x       x       x

case.create                           pilot   partner other
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       x
  member of the partner               -       -       -
  contributor of the partner          -       x       -
  referent of the partner             -       x       -
  member of the pilot                 -       -       -
  contributor of the pilot            x       -       -
  referent of the pilot               x       -       -
  moderator                           -       -       -
  moderator, of the partner           -       x       -
  lead                                -       -       -
  admin                               -       -       -
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          x       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         -       -       -

case.write                            draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               x       x       -       -       x       -       x       -       -       x
  contributor of the partner          x       x       -       -       x       -       x       -       -       x
  referent of the partner             x       x       -       -       x       -       x       -       -       x
  member of the pilot                 x       x       -       -       x       -       x       -       -       x
  contributor of the pilot            x       x       -       -       x       -       x       -       -       x
  referent of the pilot               x       x       -       -       x       -       x       -       -       x
  moderator                           -       -       -       -       -       -       -       -       -       -
  moderator, of the partner           x       x       -       -       x       -       x       -       -       x
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       -       -       x       -       x       -       -       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       -       -       -       -       -

case.writePart                        draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               x       x       -       -       x       -       x       -       -       x
  contributor of the partner          x       x       -       -       x       -       x       -       -       x
  referent of the partner             x       x       -       -       x       -       x       -       -       x
  member of the pilot                 x       x       -       -       x       -       x       -       -       x
  contributor of the pilot            x       x       -       -       x       -       x       -       -       x
  referent of the pilot               x       x       -       -       x       -       x       -       -       x
  moderator                           -       -       -       -       -       -       -       -       -       -
  moderator, of the partner           x       x       -       -       x       -       x       -       -       x
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       -       -       x       -       x       -       -       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       -       -       -       -       -

case.invite                           draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               -       -       -       -       -       -       -       -       -       -
  contributor of the partner          -       -       -       -       -       -       -       -       -       -
  referent of the partner             -       -       -       -       -       -       -       -       -       -
  member of the pilot                 -       -       -       -       -       -       -       -       -       -
  contributor of the pilot            x       x       -       -       x       -       x       -       -       x
  referent of the pilot               x       x       -       -       x       -       x       -       -       x
  moderator                           -       -       -       -       -       -       -       -       -       -
  moderator, of the partner           -       -       -       -       -       -       -       -       -       -
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       -       -       x       -       x       -       -       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       -       -       -       -       -

case.submit                           draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               -       -       -       -       -       -       -       -       -       -
  contributor of the partner          x       x       -       -       x       -       x       -       -       x
  referent of the partner             x       x       -       -       x       -       x       -       -       x
  member of the pilot                 -       -       -       -       -       -       -       -       -       -
  contributor of the pilot            x       x       -       -       x       -       x       -       -       x
  referent of the pilot               x       x       -       -       x       -       x       -       -       x
  moderator                           -       -       -       -       -       -       -       -       -       -
  moderator, of the partner           x       x       -       -       x       -       x       -       -       x
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       -       -       x       -       x       -       -       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       -       -       -       -       -

case.takeBack                         draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               -       -       -       -       -       -       -       -       -       -
  contributor of the partner          -       -       x       -       -       -       -       x       -       -
  referent of the partner             -       -       x       -       -       -       -       x       -       -
  member of the pilot                 -       -       -       -       -       -       -       -       -       -
  contributor of the pilot            -       -       x       -       -       -       -       x       -       -
  referent of the pilot               -       -       x       -       -       -       -       x       -       -
  moderator                           -       -       -       -       -       -       -       -       -       -
  moderator, of the partner           -       -       x       -       -       -       -       x       -       -
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          -       -       x       -       -       -       -       x       -       -
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       -       -       -       -       -

case.revise                           draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               -       -       -       -       -       -       -       -       -       -
  contributor of the partner          -       -       -       -       -       x       -       -       -       -
  referent of the partner             -       -       -       -       -       x       -       -       -       -
  member of the pilot                 -       -       -       -       -       -       -       -       -       -
  contributor of the pilot            -       -       -       -       -       x       -       -       -       -
  referent of the pilot               -       -       -       -       -       x       -       -       -       -
  moderator                           -       -       -       -       -       x       -       -       -       -
  moderator, of the partner           -       -       -       -       -       x       -       -       -       -
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          -       -       -       -       -       x       -       -       -       -
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       -       -       x       -       -       -       -

review.list                           always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           x
  moderator, of the partner           x
  lead                                x
  admin                               -
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      x
  demo moderator, in the demo         x

review.decide                         draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  -       -       -       -       -       -       -       -       -       -
  member of the partner               -       -       -       -       -       -       -       -       -       -
  contributor of the partner          -       -       -       -       -       -       -       -       -       -
  referent of the partner             -       -       -       -       -       -       -       -       -       -
  member of the pilot                 -       -       -       -       -       -       -       -       -       -
  contributor of the pilot            -       -       -       -       -       -       -       -       -       -
  referent of the pilot               -       -       -       -       -       -       -       -       -       -
  moderator                           -       -       x       x       -       -       -       x       x       -
  moderator, of the partner           -       -       -       -       -       -       -       -       -       -
  lead                                -       -       -       -       -       -       -       -       -       -
  admin                               -       -       -       -       -       -       -       -       -       -
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          -       -       -       -       -       -       -       -       -       -
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       x       x       -       -       -       x       x       -

thread.read                           public  members draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      x       -       -       -       -       -       -       -       -       -       -       -
  member of no organisation           x       -       -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  x       x       -       -       -       -       -       x       x       x       x       x
  member of the partner               x       x       x       x       x       x       x       x       x       x       x       x
  contributor of the partner          x       x       x       x       x       x       x       x       x       x       x       x
  referent of the partner             x       x       x       x       x       x       x       x       x       x       x       x
  member of the pilot                 x       x       x       x       x       x       x       x       x       x       x       x
  contributor of the pilot            x       x       x       x       x       x       x       x       x       x       x       x
  referent of the pilot               x       x       x       x       x       x       x       x       x       x       x       x
  moderator                           x       x       -       -       x       x       x       x       x       x       x       x
  moderator, of the partner           x       x       x       x       x       x       x       x       x       x       x       x
  lead                                x       x       -       -       x       x       x       x       x       x       x       x
  admin                               x       x       -       -       -       -       -       x       x       x       x       x
  demo referent, of the real pilot    x       -       -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       x       x       x       x       x       x       x       x       x       x
  demo moderator, on a real case      x       -       -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         x       x       -       -       x       x       x       x       x       x       x       x

thread.create                         always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  x
  member of the partner               x
  contributor of the partner          x
  referent of the partner             x
  member of the pilot                 x
  contributor of the pilot            x
  referent of the pilot               x
  moderator                           x
  moderator, of the partner           x
  lead                                x
  admin                               x
  demo referent, of the real pilot    x
  demo referent, in the demo          x
  demo moderator, on a real case      x
  demo moderator, in the demo         x

thread.reply                          public  members draft   co_wr   submi   in_re   chang   publi   in_rev  submi2  in_re2  chang2
  Farid, visitor                      -       -       -       -       -       -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -       -       -       -       -       -
  referent elsewhere                  x       x       -       -       -       -       -       x       x       x       x       x
  member of the partner               x       x       x       x       x       x       x       x       x       x       x       x
  contributor of the partner          x       x       x       x       x       x       x       x       x       x       x       x
  referent of the partner             x       x       x       x       x       x       x       x       x       x       x       x
  member of the pilot                 x       x       x       x       x       x       x       x       x       x       x       x
  contributor of the pilot            x       x       x       x       x       x       x       x       x       x       x       x
  referent of the pilot               x       x       x       x       x       x       x       x       x       x       x       x
  moderator                           x       x       -       -       x       x       x       x       x       x       x       x
  moderator, of the partner           x       x       x       x       x       x       x       x       x       x       x       x
  lead                                x       x       -       -       x       x       x       x       x       x       x       x
  admin                               x       x       -       -       -       -       -       x       x       x       x       x
  demo referent, of the real pilot    -       -       -       -       -       -       -       -       -       -       -       -
  demo referent, in the demo          x       x       x       x       x       x       x       x       x       x       x       x
  demo moderator, on a real case      -       -       -       -       -       -       -       -       -       -       -       -
  demo moderator, in the demo         x       x       -       -       x       x       x       x       x       x       x       x

bench.write                           always
  Farid, visitor                      -
  member of no organisation           x
  referent elsewhere                  x
  member of the partner               x
  contributor of the partner          x
  referent of the partner             x
  member of the pilot                 x
  contributor of the pilot            x
  referent of the pilot               x
  moderator                           x
  moderator, of the partner           x
  lead                                x
  admin                               x
  demo referent, of the real pilot    x
  demo referent, in the demo          x
  demo moderator, on a real case      x
  demo moderator, in the demo         x

organisation.read                     pilot   partner other
  Farid, visitor                      x       x       x
  member of no organisation           x       x       x
  referent elsewhere                  x       x       x
  member of the partner               x       x       x
  contributor of the partner          x       x       x
  referent of the partner             x       x       x
  member of the pilot                 x       x       x
  contributor of the pilot            x       x       x
  referent of the pilot               x       x       x
  moderator                           x       x       x
  moderator, of the partner           x       x       x
  lead                                x       x       x
  admin                               x       x       x
  demo referent, of the real pilot    x       x       x
  demo referent, in the demo          x       x       x
  demo moderator, on a real case      x       x       x
  demo moderator, in the demo         x       x       x

organisation.create                   always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  x
  member of the partner               -
  contributor of the partner          -
  referent of the partner             x
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               x
  moderator                           x
  moderator, of the partner           x
  lead                                -
  admin                               x
  demo referent, of the real pilot    x
  demo referent, in the demo          x
  demo moderator, on a real case      x
  demo moderator, in the demo         x

organisation.members                  pilot   partner other
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       x
  member of the partner               -       -       -
  contributor of the partner          -       -       -
  referent of the partner             -       x       -
  member of the pilot                 -       -       -
  contributor of the pilot            -       -       -
  referent of the pilot               x       -       -
  moderator                           x       x       x
  moderator, of the partner           x       x       x
  lead                                -       -       -
  admin                               x       x       x
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          x       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         x       x       x

member.invite                         pilot   partner other
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       x
  member of the partner               -       -       -
  contributor of the partner          -       -       -
  referent of the partner             -       x       -
  member of the pilot                 -       -       -
  contributor of the pilot            -       -       -
  referent of the pilot               x       -       -
  moderator                           x       x       x
  moderator, of the partner           x       x       x
  lead                                -       -       -
  admin                               x       x       x
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          x       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         x       x       x

invitation.bulk                       always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

join.open                             pilot   partner other
  Farid, visitor                      -       -       -
  member of no organisation           x       x       x
  referent elsewhere                  x       x       -
  member of the partner               x       -       x
  contributor of the partner          x       -       x
  referent of the partner             x       -       x
  member of the pilot                 -       x       x
  contributor of the pilot            -       x       x
  referent of the pilot               -       x       x
  moderator                           x       x       -
  moderator, of the partner           x       -       x
  lead                                x       x       -
  admin                               x       x       -
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          -       x       x
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         x       x       -

join.list                             always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  x
  member of the partner               -
  contributor of the partner          -
  referent of the partner             x
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               x
  moderator                           x
  moderator, of the partner           x
  lead                                -
  admin                               x
  demo referent, of the real pilot    x
  demo referent, in the demo          x
  demo moderator, on a real case      x
  demo moderator, in the demo         x

join.decide                           pilot   partner other   pilot0  partner0other0  pilot,me
  Farid, visitor                      -       -       -       -       -       -       -
  member of no organisation           -       -       -       -       -       -       -
  referent elsewhere                  -       -       x       -       -       x       -
  member of the partner               -       -       -       -       -       -       -
  contributor of the partner          -       -       -       -       -       -       -
  referent of the partner             -       x       -       -       x       -       -
  member of the pilot                 -       -       -       -       -       -       -
  contributor of the pilot            -       -       -       -       -       -       -
  referent of the pilot               x       -       -       x       -       -       -
  moderator                           -       -       -       x       x       x       -
  moderator, of the partner           -       -       -       x       x       x       -
  lead                                -       -       -       -       -       -       -
  admin                               -       -       -       x       x       x       -
  demo referent, of the real pilot    -       -       -       -       -       -       -
  demo referent, in the demo          x       -       -       x       -       -       -
  demo moderator, on a real case      -       -       -       -       -       -       -
  demo moderator, in the demo         -       -       -       x       x       x       -

membership.leave                      pilot   partner other   pilot,me
  Farid, visitor                      -       -       -       -
  member of no organisation           -       -       -       x
  referent elsewhere                  -       -       -       x
  member of the partner               -       -       -       x
  contributor of the partner          -       -       -       x
  referent of the partner             -       -       -       x
  member of the pilot                 -       -       -       x
  contributor of the pilot            -       -       -       x
  referent of the pilot               -       -       -       x
  moderator                           -       -       -       x
  moderator, of the partner           -       -       -       x
  lead                                -       -       -       x
  admin                               -       -       -       x
  demo referent, of the real pilot    -       -       -       x
  demo referent, in the demo          -       -       -       x
  demo moderator, on a real case      -       -       -       x
  demo moderator, in the demo         -       -       -       x

membership.change                     pilot   partner other   pilot,me
  Farid, visitor                      -       -       -       -
  member of no organisation           -       -       -       -
  referent elsewhere                  -       -       x       -
  member of the partner               -       -       -       -
  contributor of the partner          -       -       -       -
  referent of the partner             -       x       -       -
  member of the pilot                 -       -       -       -
  contributor of the pilot            -       -       -       -
  referent of the pilot               x       -       -       -
  moderator                           x       x       x       -
  moderator, of the partner           x       x       x       -
  lead                                -       -       -       -
  admin                               x       x       x       -
  demo referent, of the real pilot    -       -       -       -
  demo referent, in the demo          x       -       -       -
  demo moderator, on a real case      -       -       -       -
  demo moderator, in the demo         x       x       x       -

referent.name                         pilot   partner other
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       -
  member of the partner               -       -       -
  contributor of the partner          -       -       -
  referent of the partner             -       -       -
  member of the pilot                 -       -       -
  contributor of the pilot            -       -       -
  referent of the pilot               -       -       -
  moderator                           x       x       x
  moderator, of the partner           x       x       x
  lead                                -       -       -
  admin                               x       x       x
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          -       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         x       x       x

member.suspend                        plain   appoint me
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       -
  member of the partner               -       -       -
  contributor of the partner          -       -       -
  referent of the partner             -       -       -
  member of the pilot                 -       -       -
  contributor of the pilot            -       -       -
  referent of the pilot               -       -       -
  moderator                           x       -       -
  moderator, of the partner           x       -       -
  lead                                -       -       -
  admin                               x       x       -
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          -       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         x       -       -

appointment.give                      plain   appoint me
  Farid, visitor                      -       -       -
  member of no organisation           -       -       -
  referent elsewhere                  -       -       -
  member of the partner               -       -       -
  contributor of the partner          -       -       -
  referent of the partner             -       -       -
  member of the pilot                 -       -       -
  contributor of the pilot            -       -       -
  referent of the pilot               -       -       -
  moderator                           -       -       -
  moderator, of the partner           -       -       -
  lead                                -       -       -
  admin                               x       x       -
  demo referent, of the real pilot    -       -       -
  demo referent, in the demo          -       -       -
  demo moderator, on a real case      -       -       -
  demo moderator, in the demo         -       -       -

appointment.end                       plain   appoint me
  Farid, visitor                      -       -       -
  member of no organisation           -       -       x
  referent elsewhere                  -       -       x
  member of the partner               -       -       x
  contributor of the partner          -       -       x
  referent of the partner             -       -       x
  member of the pilot                 -       -       x
  contributor of the pilot            -       -       x
  referent of the pilot               -       -       x
  moderator                           -       -       x
  moderator, of the partner           -       -       x
  lead                                -       -       x
  admin                               x       x       x
  demo referent, of the real pilot    -       -       x
  demo referent, in the demo          -       -       x
  demo moderator, on a real case      -       -       x
  demo moderator, in the demo         -       -       x

administration.read                   always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           x
  moderator, of the partner           x
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      x
  demo moderator, in the demo         x

mail.list                             always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

mail.retry                            always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

health.read                           always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

settings.read                         always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

settings.change                       always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

taxonomy.read                         always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

taxonomy.change                       always
  Farid, visitor                      -
  member of no organisation           -
  referent elsewhere                  -
  member of the partner               -
  contributor of the partner          -
  referent of the partner             -
  member of the pilot                 -
  contributor of the pilot            -
  referent of the pilot               -
  moderator                           -
  moderator, of the partner           -
  lead                                -
  admin                               x
  demo referent, of the real pilot    -
  demo referent, in the demo          -
  demo moderator, on a real case      -
  demo moderator, in the demo         -

member.read                           self    pilot
  Farid, visitor                      -       -
  member of no organisation           x       x
  referent elsewhere                  x       x
  member of the partner               x       x
  contributor of the partner          x       x
  referent of the partner             x       x
  member of the pilot                 x       x
  contributor of the pilot            x       x
  referent of the pilot               x       x
  moderator                           x       x
  moderator, of the partner           x       x
  lead                                x       x
  admin                               x       x
  demo referent, of the real pilot    -       -
  demo referent, in the demo          x       x
  demo moderator, on a real case      -       -
  demo moderator, in the demo         x       x
contact.read                          self    nobody  own_org members oth_org
  Farid, visitor                      -       -       -       -       -
  member of no organisation           x       -       -       x       -
  referent elsewhere                  x       -       -       x       x
  member of the partner               x       -       -       x       -
  contributor of the partner          x       -       -       x       -
  referent of the partner             x       -       -       x       -
  member of the pilot                 x       -       x       x       -
  contributor of the pilot            x       -       x       x       -
  referent of the pilot               x       -       x       x       -
  moderator                           x       -       -       x       x
  moderator, of the partner           x       -       -       x       -
  lead                                x       -       -       x       x
  admin                               x       -       -       x       x
  demo referent, of the real pilot    -       -       -       -       -
  demo referent, in the demo          x       -       x       x       -
  demo moderator, on a real case      -       -       -       -       -
  demo moderator, in the demo         x       -       -       x       x
contact.inspect                       pilot   other
  Farid, visitor                      -       -
  member of no organisation           -       -
  referent elsewhere                  -       x
  member of the partner               -       -
  contributor of the partner          -       -
  referent of the partner             -       -
  member of the pilot                 -       -
  contributor of the pilot            -       -
  referent of the pilot               x       -
  moderator                           x       x
  moderator, of the partner           x       x
  lead                                -       -
  admin                               x       x
  demo referent, of the real pilot    -       -
  demo referent, in the demo          x       -
  demo moderator, on a real case      -       -
  demo moderator, in the demo         x       x
journal.read                          own     of_me   pilot   edit    talk    account platf
  Farid, visitor                      -       -       -       -       -       -       -
  member of no organisation           x       x       -       -       -       -       -
  referent elsewhere                  x       x       -       -       -       -       -
  member of the partner               x       x       -       -       -       -       -
  contributor of the partner          x       x       -       -       -       -       -
  referent of the partner             x       x       -       -       -       -       -
  member of the pilot                 x       x       -       -       -       -       -
  contributor of the pilot            x       x       -       -       -       -       -
  referent of the pilot               x       x       x       -       -       -       -
  moderator                           x       x       -       x       x       -       -
  moderator, of the partner           x       x       -       x       x       -       -
  lead                                x       x       -       -       -       -       -
  admin                               x       x       x       x       x       x       x
  demo referent, of the real pilot    -       -       -       -       -       -       -
  demo referent, in the demo          x       x       x       -       -       -       -
  demo moderator, on a real case      -       -       -       -       -       -       -
  demo moderator, in the demo         x       x       -       x       x       -       -
`;

const person = (
	organisation: 'pilot' | 'partner' | 'other' | null,
	role: MembershipRole,
	appointments: AppointmentRole[] = [],
	isDemo = false
): Member => ({
	kind: 'member',
	id: 'id',
	name: 'Name',
	locale: 'fr',
	isDemo,
	sessionId: 'session',
	memberships: organisation ? [{ organisationId: organisation, organisationName: organisation, role }] : [],
	appointments
});

/** Who, and whether what they look at belongs to the demonstration. */
const people: [string, Who, { isDemo: boolean }][] = [
	['Farid, visitor', { kind: 'visitor' }, { isDemo: false }],
	['member of no organisation', person(null, 'member'), { isDemo: false }],
	['referent elsewhere', person('other', 'referent'), { isDemo: false }],
	['member of the partner', person('partner', 'member'), { isDemo: false }],
	['contributor of the partner', person('partner', 'contributor'), { isDemo: false }],
	['referent of the partner', person('partner', 'referent'), { isDemo: false }],
	['member of the pilot', person('pilot', 'member'), { isDemo: false }],
	['contributor of the pilot', person('pilot', 'contributor'), { isDemo: false }],
	['referent of the pilot', person('pilot', 'referent'), { isDemo: false }],
	['moderator', person('other', 'member', ['moderator']), { isDemo: false }],
	['moderator, of the partner', person('partner', 'contributor', ['moderator']), { isDemo: false }],
	['lead', person('other', 'member', ['lead']), { isDemo: false }],
	['admin', person('other', 'member', ['admin']), { isDemo: false }],
	['demo referent, of the real pilot', person('pilot', 'referent', [], true), { isDemo: false }],
	['demo referent, in the demo', person('pilot', 'referent', [], true), { isDemo: true }],
	['demo moderator, on a real case', person('other', 'member', ['moderator'], true), { isDemo: false }],
	['demo moderator, in the demo', person('other', 'member', ['moderator'], true), { isDemo: true }]
];

const situations: [string, CaseState, boolean][] = [
	['draft', 'draft', false],
	['co_wr', 'co_writing', false],
	['submi', 'submitted', false],
	['in_re', 'in_review', false],
	['chang', 'changes_requested', false],
	['publi', 'published', true],
	['in_rev', 'in_revision', true],
	['submi2', 'submitted', true],
	['in_re2', 'in_review', true],
	['chang2', 'changes_requested', true]
];
const caseIn = (state: CaseState, isPublished: boolean, isDemo: boolean): CaseThing => ({
	state,
	isDemo,
	organisationIds: ['pilot', 'partner'],
	pilotIds: ['pilot'],
	guests: [{ memberId: 'guest', parts: ['actions', 'difficulties'] }],
	isPublished
});

type Column = [string, (isDemo: boolean) => unknown];
const ofCase: Column[] = situations.map(([label, state, isPublished]) => [
	label,
	(isDemo) => caseIn(state, isPublished, isDemo)
]);
const ofThread: Column[] = [
	...(['public', 'members'] as const).map((visibility): Column => [
		visibility,
		(isDemo): ThreadThing => ({ visibility, isDemo, case: null })
	]),
	...situations.map(([label, state, isPublished]): Column => [
		label,
		(isDemo): ThreadThing => ({ visibility: 'case', isDemo, case: caseIn(state, isPublished, isDemo) })
	])
];
const ofOrganisation: Column[] = ['pilot', 'partner', 'other'].map((id) => [
	id,
	(isDemo) => ({ id, isDemo })
]);
const event = { actorId: 'else', memberId: null, organisationId: null, kind: 'platform' };
const ofEvent: Column[] = [
	['own', { ...event, actorId: 'id' }],
	['of_me', { ...event, memberId: 'id' }],
	['pilot', { ...event, kind: 'access', organisationId: 'pilot' }],
	['edit', { ...event, kind: 'editorial' }],
	['talk', { ...event, kind: 'discussion' }],
	['account', { ...event, kind: 'account' }],
	['platf', event]
].map(([label, thing]) => [label as string, (isDemo) => ({ ...(thing as object), isDemo })]);
/** Everybody above has the id 'id': what is theirs is their own. */
const ofJoin: Column[] = [
	...ofOrganisation.map(([label, thing]): Column => [
		label,
		(isDemo) => ({ ...(thing(isDemo) as object), memberId: null, hasReferent: true })
	]),
	...ofOrganisation.map(([label, thing]): Column => [
		`${label}0`,
		(isDemo) => ({ ...(thing(isDemo) as object), memberId: null, hasReferent: false })
	]),
	['pilot,me', (isDemo) => ({ id: 'pilot', isDemo, memberId: 'id', hasReferent: false })]
];
const ofMembership: Column[] = [
	...['pilot', 'partner', 'other'].map((organisationId): Column => [
		organisationId,
		(isDemo) => ({ organisationId, memberId: 'somebody', isDemo })
	]),
	['pilot,me', (isDemo) => ({ organisationId: 'pilot', memberId: 'id', isDemo })]
];
const ofMember: Column[] = [
	['plain', (isDemo) => ({ id: 'somebody', isDemo, isAppointed: false })],
	['appoint', (isDemo) => ({ id: 'somebody', isDemo, isAppointed: true })],
	['me', (isDemo) => ({ id: 'id', isDemo, isAppointed: true })]
];
const personIn = (id: string, organisation: string, isDemo: boolean): PersonThing => ({
	id,
	isDemo,
	organisationIds: [organisation]
});
const ofNothing: Column[] = [['always', () => null]];

const columns: Record<Ability, Column[]> = {
	'case.read': ofCase,
	'case.readDraft': ofCase,
	'case.create': ofOrganisation,
	'case.write': ofCase,
	'case.writePart': situations.map(([label, state, isPublished]) => [
		label,
		(isDemo) => ({ case: caseIn(state, isPublished, isDemo), part: 'actions' })
	]),
	'case.invite': ofCase,
	'case.submit': ofCase,
	'case.takeBack': ofCase,
	'case.revise': ofCase,
	'review.list': ofNothing,
	'review.decide': ofCase,
	'thread.read': ofThread,
	'thread.create': ofNothing,
	'thread.reply': ofThread,
	'bench.write': [['always', () => ({ kind: 'bench' })]],
	'organisation.read': ofOrganisation,
	'organisation.create': ofNothing,
	'organisation.members': ofOrganisation,
	'member.invite': ofOrganisation,
	'invitation.bulk': ofNothing,
	'join.open': ofOrganisation,
	'join.list': ofNothing,
	'join.decide': ofJoin,
	'membership.leave': ofMembership,
	'membership.change': ofMembership,
	'referent.name': ofOrganisation,
	'member.suspend': ofMember,
	'appointment.give': ofMember,
	'appointment.end': ofMember,
	'administration.read': ofNothing,
	'mail.list': ofNothing,
	'health.read': ofNothing,
	'settings.read': ofNothing,
	'settings.change': ofNothing,
	'taxonomy.read': ofNothing,
	'taxonomy.change': ofNothing,

	'mail.retry': [['always', (isDemo) => ({ isDemo })]],
	'member.read': [
		['self', (isDemo) => personIn('id', 'pilot', isDemo)],
		['pilot', (isDemo) => personIn('else', 'pilot', isDemo)]
	],
	'contact.read': [
		['self', (isDemo) => ({ ...personIn('id', 'pilot', isDemo), shownTo: 'nobody' })],
		['nobody', (isDemo) => ({ ...personIn('else', 'pilot', isDemo), shownTo: 'nobody' })],
		['own_org', (isDemo) => ({ ...personIn('else', 'pilot', isDemo), shownTo: 'organisation' })],
		['members', (isDemo) => ({ ...personIn('else', 'pilot', isDemo), shownTo: 'members' })],
		['oth_org', (isDemo) => ({ ...personIn('else', 'other', isDemo), shownTo: 'organisation' })]
	],
	'contact.inspect': [
		['pilot', (isDemo) => personIn('else', 'pilot', isDemo)],
		['other', (isDemo) => personIn('else', 'other', isDemo)]
	],
	'journal.read': ofEvent
};

test.each(abilities)('%s is what the table says, for everyone and in every state', (ability) => {
	const [title, ...rows] = tables().get(ability) ?? [`${ability} is missing from the expected table`];
	const shown = columns[ability];
	const actual = [
		line(
			ability,
			shown.map(([label]) => label)
		),
		...people.map(([name, who, { isDemo }]) =>
			line(
				`  ${name}`,
				shown.map(([, thing]) => (can(who, ability, thing(isDemo) as never) ? 'x' : '-'))
			)
		)
	];
	expect(actual).toEqual([title, ...rows]);
});

test('a guest reads the draft and its discussion, writes in their parts, and may nothing more of the case', () => {
	const guest: Member = { ...person('other', 'referent', ['moderator']), id: 'guest' };
	const stranger: Member = { ...guest, id: 'stranger' };
	const gained = abilities.filter((ability) =>
		columns[ability].some(([, thing]) => {
			const one = thing(false) as never;
			return can(guest, ability, one) && !can(stranger, ability, one);
		})
	);
	expect(gained).toEqual(['case.readDraft', 'case.writePart', 'thread.read', 'thread.reply']);
	const lost = abilities.filter((ability) =>
		columns[ability].some(([, thing]) => {
			const one = thing(false) as never;
			return !can(guest, ability, one) && can(stranger, ability, one);
		})
	);
	// Nobody reviews what they wrote in.
	expect(lost).toEqual(['review.decide']);

	for (const [, state, isPublished] of situations) {
		const thing = caseIn(state, isPublished, false);
		const isWritten = ['draft', 'co_writing', 'changes_requested', 'in_revision'].includes(state);
		for (const [part, isTheirs] of [
			['actions', true],
			['difficulties', true],
			['title', false],
			['results_here', false]
		] as const)
			expect(can(guest, 'case.writePart', { case: thing, part })).toBe(isWritten && isTheirs);
	}
	const demo: Member = { ...guest, isDemo: true };
	expect(can(demo, 'case.writePart', { case: caseIn('draft', false, false), part: 'actions' })).toBe(false);
});

test('the expected table speaks of no ability that is gone', () => {
	expect([...tables().keys()]).toEqual(abilities);
});

test('real people may in the demonstration what they may outside it', () => {
	for (const ability of abilities) {
		for (const [, who] of people.filter(([, who]) => who.kind === 'visitor' || !who.isDemo)) {
			for (const [, thing] of columns[ability]) {
				expect(can(who, ability, thing(true) as never)).toBe(can(who, ability, thing(false) as never));
			}
		}
	}
});

test('a moderator or a lead of one theme has no more rights than a member on the cases of another', () => {
	const scoped: Member = {
		...person('other', 'member', ['moderator', 'lead']),
		scopes: { moderator: ['economy'], lead: ['economy'] }
	};
	const everywhere: Member = { ...scoped, scopes: {} };
	const plain = person('other', 'member');
	for (const ability of ['case.readDraft', 'case.revise', 'review.decide'] as const) {
		for (const [, state, isPublished] of situations) {
			const thing = (theme: string | null) => ({ ...caseIn(state, isPublished, false), theme });
			const full = can(everywhere, ability, thing('economy'));
			expect(can(scoped, ability, thing('economy'))).toBe(full);
			expect(can(everywhere, ability, thing(null))).toBe(full);
			for (const theme of ['climate', null])
				expect(can(scoped, ability, thing(theme))).toBe(can(plain, ability, thing(theme)));
		}
	}
	// A role that is not limited stays whole beside one that is.
	const both: Member = { ...scoped, scopes: { lead: ['economy'] } };
	const submitted = { ...caseIn('submitted', false, false), theme: 'climate' };
	expect(can(both, 'review.decide', submitted)).toBe(true);
	expect(can(scoped, 'review.decide', submitted)).toBe(false);
});

test('an account of the demonstration reads the members of the demonstration only', () => {
	const demo = person('other', 'member', ['moderator'], true);
	for (const visibility of ['public', 'members'] as const)
		expect(can(demo, 'thread.read', { visibility, isDemo: false, case: null })).toBe(visibility === 'public');
	expect(can(demo, 'thread.read', { visibility: 'members', isDemo: true, case: null })).toBe(true);
	const published = caseIn('published', true, false);
	expect(can(demo, 'thread.read', { visibility: 'case', isDemo: false, case: published })).toBe(false);
});

test('acting without the right is Forbidden', () => {
	expect(() => authorize({ kind: 'visitor' }, 'thread.create', null)).toThrow('forbidden');
	expect(() => authorize(person('other', 'member'), 'thread.create', null)).not.toThrow();
});

function tables(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	let current: string[] = [];
	for (const row of expected.split('\n').filter((text) => text.trim() !== '')) {
		if (!row.startsWith(' ')) found.set(row.split(' ')[0]!, (current = []));
		current.push(row);
	}
	return found;
}
function line(head: string, cells: string[]): string {
	return `${head.padEnd(38)}${cells.map((cell) => cell.padEnd(8)).join('')}`.trimEnd();
}
