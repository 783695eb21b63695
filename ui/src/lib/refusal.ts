/** Why something that was asked for did not come to be, in words, whatever was thrown. */
import { toCallError } from '$lib/backend/backend';
import { errorText } from '$lib/domain/sentence';

export function refusalText(thrown: unknown): string {
  const { code, params } = toCallError(thrown);
  return errorText(code, params);
}
