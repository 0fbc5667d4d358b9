import type { NextApiRequest, NextApiResponse } from 'next';

const senders = new WeakMap<NextApiResponse, (status: number, data: unknown) => void>();

function sender(res: NextApiResponse) {
  senders.set(res, (status, data) => res.status(status).json(data));
  return senders.get(res)!;
}

export const ok = (res: NextApiResponse, data: unknown) => sender(res)(200, { data });

export const fail = (res: NextApiResponse, status: number, error: Error) => sender(res)(status, { error: error.message });

export const caller = (req: NextApiRequest): string => Reflect.get(req.headers, 'x-caller') ?? 'nobody';
