/** What the rest of the desk may use of the goals. */
export { default as GoalLine } from './GoalLine.vue';
export { default as GoalMark } from './GoalMark.vue';
export { default as GoalPanel } from './GoalPanel.vue';
export { asks, behind, goalOf, valued, type Standing } from './goals';
export { useGoalText } from './text';
export { useGoals } from './today';
