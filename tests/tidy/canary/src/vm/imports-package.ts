import Gun from 'gun';
export const used = Gun;
