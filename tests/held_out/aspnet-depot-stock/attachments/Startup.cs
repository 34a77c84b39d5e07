        public void Configure(IApplicationBuilder app, IWebHostEnvironment env)
        {
            if (env.IsDevelopment())
            {
                app.UseDeveloperExceptionPage();
            }

            app.UseHttpsRedirection();
            app.UseRouting();

            app.UseAuthorization();
            app.UseAuthentication();

            app.UseHealthChecks("/healthz");
            app.UseEndpoints(endpoints =>
            {
                endpoints.MapControllers();
            });
        }
