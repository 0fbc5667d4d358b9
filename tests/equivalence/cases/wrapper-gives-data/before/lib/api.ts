import type { NextApiRequest, NextApiResponse } from 'next';

// What the handler gives is sent: it is not handed the response.
export const api =
  (fn: (req: NextApiRequest) => Promise<{ items?: unknown }>) => async (req: NextApiRequest, res: NextApiResponse) => {
    try {
      const data = await fn(req);
      res.status(200).json(data);
    } catch (e: any) {
      res.status(e.status ?? 500).json({ error: e.message });
    }
  };

// The handler may answer by itself, or give something.
export function responder<T>(fn: (req: NextApiRequest, res: NextApiResponse) => Promise<T>) {
  return async (req: NextApiRequest, res: NextApiResponse) => {
    let done = false;
    try {
      const result = await fn(req, res);
      done = true; // it did not throw
      if (result && !res.writableEnded) {
        return res.json(result);
      }
    } catch (e: any) {
      res.status(done ? 500 : 502).json({ error: e.message });
    }
  };
}

// Nothing is named here, and the handler is handed an object.
export const envelope =
  (fn: (ctx: { req: NextApiRequest; user: string }) => Promise<unknown>) =>
  async (req: NextApiRequest, res: NextApiResponse) => {
    const user = req.headers['x-user'];
    if (typeof user !== 'string') {
      return res.status(401).json({ error: 'Who are you?' });
    }
    return res.json({ success: true, data: await fn({ req, user }) });
  };

type Action = (req: NextApiRequest, id: string) => unknown;

export const rest = (actions: Record<string, Action>) => async (req: NextApiRequest, res: NextApiResponse) => {
  const action = actions[req.method as string];
  if (!action) {
    return res.status(405).end();
  }
  res.status(200).json(await action(req, req.query.id as string));
};

export const short = (fn: (req: NextApiRequest) => Promise<any>) => async (req: NextApiRequest, res: NextApiResponse) =>
  res.status(200).json(await fn(req));

// What it gives is not even looked at.
export const job = (fn: (req: NextApiRequest) => Promise<void>) => async (req: NextApiRequest, res: NextApiResponse) => {
  await fn(req);
  res.status(202).json({ accepted: true });
};
