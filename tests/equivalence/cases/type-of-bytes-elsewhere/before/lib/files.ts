import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';

export const sendFile = (res: NextApiResponse, file: Buffer) => res.status(200).send(file);

export function sendAs(res: NextApiResponse, file: Buffer, type: string) {
  res.setHeader('Content-Type', type);
  res.send(file);
}

export const asPdf = (handler: NextApiHandler) => async (req: NextApiRequest, res: NextApiResponse) => {
  res.setHeader('Content-Type', 'application/pdf');
  await handler(req, res);
};
