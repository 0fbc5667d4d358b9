export const update = async (what: any): Promise<any> => ({ text: 'done', object: { done: true } })[what as 'text'];
