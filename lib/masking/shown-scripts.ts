import { type Role } from '@/lib/model/role';
import { type Script } from '@/lib/model/script';
import { maskFiles, maskOf } from './mask';
import { mayReadSecrets } from './shown-to';

/** Scripts as somebody of this role may read them: to a viewer, what they give to headers and secrets is masked. */
export function shownScripts(role: Role | null, scripts: readonly Script[]): Script[] {
  if (mayReadSecrets(role)) return [...scripts];
  return scripts.map((script) => {
    const mask = maskOf({ env: {}, options: {}, scriptText: script.body, files: script.files });
    return { ...script, body: mask.script(script.body), files: maskFiles(script.files, mask) };
  });
}
