namespace UniRep.Compute.Internals;

/// <summary>The groups of threads that a run is divided into.</summary>
internal static class LaneGroups
{
    /// <summary>Runs the groups of a plan until there are no more sequences, and gives the positions computed.</summary>
    /// <remarks>An exception on any of the threads ends all of them and comes out here.</remarks>
    public static long Run(
        PackedModel model,
        Kernels kernels,
        Product product,
        Intake intake,
        Plan plan,
        Pace pace
    )
    {
        var (groups, perGroup, lanes) = plan;
        var teams = new List<LaneGroup>(groups);
        try
        {
            for (var group = 0; group < groups; group++)
            {
                var own = group == 0 ? pace : new Pace(perGroup);
                teams.Add(new LaneGroup(model, kernels, product, intake, own, lanes));
            }

            Crew.Run(
                groups * perGroup,
                member => teams[member % groups].Work(member / groups),
                exception =>
                {
                    intake.Fail(exception);
                    teams.ForEach(team => team.Break());
                }
            );
            return teams.Sum(team => team.Positions);
        }
        finally
        {
            teams.ForEach(team => team.Dispose());
        }
    }
}
