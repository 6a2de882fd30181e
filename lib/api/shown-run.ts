import { mayReadSecrets, shownTo } from '@/lib/masking/shown-to';
import { type Role } from '@/lib/model/role';
import { type View } from '@/lib/runs/events';
import { publicIdOf } from '@/lib/sharing/share';
import { shownOf } from '@/lib/sharing/shared-run';
import { type StoredShare } from '@/lib/store/shares';

/** How a run is shown to somebody of this role: a viewer sees its secrets masked, in the run itself and in its log. */
export function shownToRole(role: Role | null): View {
  return {
    key: mayReadSecrets(role) ? 'runner' : 'viewer',
    show(run) {
      const { run: shown, value } = shownTo(role, run);
      return { run: shown, log: value, data: value };
    },
  };
}

/** How a run is shown to whoever opens a link: all that is told of it is masked. */
export function shownByLink(share: StoredShare): View {
  return {
    key: share.notes ? 'link with notes' : 'link',
    show(run) {
      const shown = shownOf(run, { publicId: publicIdOf(0), notes: share.notes });
      return { run: shown.run(run), log: shown.value, data: shown.value };
    },
  };
}
