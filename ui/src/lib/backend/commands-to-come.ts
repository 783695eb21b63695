/** Commands about queue, limits and goals that the generated list gets from the core. */
import type { Nothing } from './generated/Nothing';
import type { HashesRequest } from './generated/HashesRequest';
import type { QueueMoveRequest } from './generated/QueueMoveRequest';
import type { RulesReply } from './generated/RulesReply';
import type { SetRulesRequest } from './generated/SetRulesRequest';
import type { SpeedSlowRequest } from './generated/SpeedSlowRequest';

declare module './generated/Commands' {
  interface Commands {
    queue_move: { request: QueueMoveRequest; answer: Nothing };
    set_rules: { request: SetRulesRequest; answer: Nothing };
    rules: { request: HashesRequest; answer: RulesReply };
    speed_slow: { request: SpeedSlowRequest; answer: Nothing };
    cancel_all_done: { request: Nothing; answer: Nothing };
  }
}
