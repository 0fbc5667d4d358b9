import type { NextApiRequest, NextApiResponse } from 'next'

// Waits for a connect-style middleware.
export default function initMiddleware(middleware: Function) {
  return (req: NextApiRequest, res: NextApiResponse): Promise<any> =>
    new Promise((resolve, reject) => {
      middleware(req, res, (result: unknown) => {
        if (result instanceof Error) {
          return reject(result)
        }
        return resolve(result)
      })
    })
}
