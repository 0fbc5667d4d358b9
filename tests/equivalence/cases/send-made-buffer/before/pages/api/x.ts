import type { NextApiRequest, NextApiResponse } from 'next'
import { Archive } from '../../lib/archive'

// What the method gives may be a `Buffer` whose memory is shared, which is no body for the types of newer versions.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const archive = new Archive()
  archive.add('offer.pdf')
  res.setHeader('Content-Type', 'application/zip')
  if (req.query.late) {
    const content = archive.toBuffer()
    return res.end(content)
  }
  res.status(201).end(archive.toBuffer())
}
