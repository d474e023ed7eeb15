namespace UniRep.Compute.Tests;

/// <summary>The layouts of packed weights that the kernels of an instruction set can read.</summary>
public static class Layouts
{
    public static TheoryData<InstructionSet, int> All
    {
        get
        {
            var cases = new TheoryData<InstructionSet, int>();
            foreach (var set in MlstmEngine.Supported)
            {
                foreach (var strip in StripsOf(set))
                {
                    cases.Add(set, strip);
                }
            }

            return cases;
        }
    }

    /// <summary>Gives the numbers of columns of a strip: whole panels, and where vectors are narrow, a line of them.</summary>
    public static IReadOnlyList<int> StripsOf(InstructionSet set) =>
        set == InstructionSet.Avx512 ? [64] : [64, 16];
}
