import { withIronSessionApiRoute } from 'iron-session/next';
import type { NextApiHandler } from 'next';

export const options = {
  cookieName: 'sid',
  password: 'a password of at least thirty-two letters',
  ttl: 0,
  // A seal is another one each time.
  cookieOptions: { encode: (seal: string) => (seal === '' ? '' : 'sealed') },
};

export function withSession(handler: NextApiHandler) {
  return withIronSessionApiRoute(handler, options);
}
