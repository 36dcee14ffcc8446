import type { WordList } from './value-schema.ts';

const split = (words: string): readonly string[] => words.trim().split(/\s+/);

/** Short words that nobody is offended by and that can be read aloud across a classroom. Order matters: a seed picks a place. */
export const WORDS: Record<WordList, readonly string[]> = {
  animals: split(`
    badger beaver bison camel cat crane crow deer dolphin donkey duck eagle falcon ferret finch fox frog gecko goose
    hare hedgehog heron horse koala lark lemur lion lizard llama lynx mole moose newt otter owl panda parrot penguin
    pony puffin rabbit raven robin salmon seal sparrow squirrel stork swan tiger toad trout turtle walrus weasel whale
    wolf wombat yak zebra
  `),
  colours: split(`
    amber aqua azure beige black blue bronze brown cobalt copper coral cream crimson cyan ebony emerald gold green grey
    indigo ivory jade khaki lavender lilac lime magenta maroon mint navy ochre olive orange peach pink plum purple red
    ruby rust sand scarlet silver teal tan turquoise violet white yellow
  `),
  trees: split(`
    acacia alder apple ash aspen balsam bamboo banyan bay beech birch box cedar cherry chestnut cork cypress ebony elder
    elm fig fir ginkgo hazel hemlock hickory holly hornbeam juniper larch laurel lemon lime linden locust magnolia maple
    medlar mulberry myrtle oak olive pear pecan pine plane plum poplar quince redwood rowan spruce sycamore teak walnut
    willow yew
  `),
};
