namespace UniRep.Compute.Tests;

public class AgreementTests
{
    public static TheoryData<InstructionSet, int, int> SetsAndShapes
    {
        get
        {
            var cases = new TheoryData<InstructionSet, int, int>();
            foreach (var set in MlstmEngine.Supported)
            {
                foreach (
                    var (units, layers) in new[]
                    {
                        (1, 1),
                        (3, 2),
                        (5, 2),
                        (16, 1),
                        (33, 1),
                        (64, 4),
                        (100, 2),
                    }
                )
                {
                    cases.Add(set, units, layers);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndShapes))]
    public void The_engine_agrees_with_the_equations(InstructionSet set, int units, int layers)
    {
        var arrays = Waves.Arrays(units, layers);
        var reference = new Reference(arrays);
        using var engine = MlstmEngine.Create(arrays, new EngineOptions { InstructionSet = set });
        // Short ones: weights by formula amplify rounding along a sequence at some sizes, in any float32 program.
        byte[][] sequences =
        [
            [],
            .. new[] { 1, 2, 3, 12 }.Select(length => Waves.Tokens(length, length)),
        ];
        var results = Runs.Run(engine, sequences, Outputs.HiddenStates | Outputs.Logits);
        Runs.AssertEverythingClose([.. sequences.Select(reference.Run)], results);
    }

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Every_length_to_258_tokens_agrees_with_the_equations(InstructionSet set)
    {
        var arrays = Waves.Arrays(5, 2);
        var reference = new Reference(arrays);
        using var engine = MlstmEngine.Create(arrays, new EngineOptions { InstructionSet = set });
        var sequences = Enumerable
            .Range(0, 258)
            .Select(length => Waves.Tokens(length, length))
            .ToArray();
        var results = Runs.Run(engine, sequences);
        Runs.AssertVectorsClose([.. sequences.Select(reference.Run)], results);
    }

    [Fact]
    public void The_average_of_a_very_long_sequence_keeps_its_accuracy()
    {
        var arrays = Waves.Arrays(5, 1);
        var tokens = Waves.Tokens(40_000, 1);
        using var engine = MlstmEngine.Create(arrays);
        var result = Runs.Run(engine, [tokens], Outputs.HiddenStates)[0];
        for (var unit = 0; unit < 5; unit++)
        {
            var exact = result
                .HiddenStates.Where((_, at) => at % 5 == unit)
                .Average(value => (double)value);
            Tolerance.AssertNear(exact, result.Average[unit], 1e-7);
        }
    }
}
