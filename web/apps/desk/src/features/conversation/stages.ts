/** Stages of a talk in their order (R-DESK-06). */
export const STAGES = ['welcome', 'dialogue', 'bargaining', 'payment', 'logistics', 'aftersales', 'farewell'] as const;

export type TalkStage = (typeof STAGES)[number];
