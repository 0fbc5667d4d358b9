import type { NextApiRequest } from 'next'

const TOKEN_HEADER = 'x-token'

export function tokenOf(req: NextApiRequest): string | null {
  const header = req.headers[TOKEN_HEADER]
  if (typeof header === 'string') {
    return header
  }
  if (Array.isArray(header) && header.length > 0) {
    return header[0]
  }
  return null
}
