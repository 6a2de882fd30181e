import { describedBy, Field, Input } from '@/app/_ui/primitives/field';

/** Where a password that is to hold from now on is typed; `name` of its value is `password`. */
export function NewPasswordField({
  id,
  label,
  hint,
  error,
  autoFocus = false,
}: {
  id: string;
  label: string;
  hint: string;
  error: string | undefined;
  autoFocus?: boolean;
}) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <Input
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus={autoFocus}
        {...describedBy(id, error, true)}
      />
    </Field>
  );
}
