from ppul.random.seed_generator import SeedGenerator as SeedGenerator
