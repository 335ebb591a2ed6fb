import { type Parameters, parametersRecord } from '../protocol/parameters.ts'

/** As JSON, which is a third longer once it is sealed, and what the user decides comes along (pending-request.ts). */
const MAXIMUM_BYTES = 8_000

/** Whether they would be too long to travel with the browser, whatever page there may be to show. */
export const areTooLongToCarry = (parameters: Parameters): boolean =>
  Buffer.byteLength(JSON.stringify(parametersRecord(parameters))) > MAXIMUM_BYTES
