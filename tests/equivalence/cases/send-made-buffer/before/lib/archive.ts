export class Archive {
  private files: string[] = []

  add(name: string) {
    this.files.push(name)
  }

  toBuffer(): Buffer {
    return Buffer.from(this.files.join('\n'))
  }
}
