import { AppShell } from '@mantine/core';
export const used = AppShell;
